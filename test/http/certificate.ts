import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

// Certificates made anew for each run: X.509 is a few nested DER values.
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const identifier = (...bytes: readonly number[]) => der(0x06, Uint8Array.from(bytes));
const text = (tag: number, value: string) => der(tag, Buffer.from(value));
const nameOf = (value: string) => sequence(der(0x31, sequence(identifier(0x55, 0x04, 0x03), text(0x0c, value))));
const yes = der(0x01, Buffer.of(0xff));

export interface Certified {
  readonly key: string;
  readonly cert: string;
}

interface Wanted {
  readonly name: string;
  /** Two-digit years. */
  readonly from?: number;
  readonly to?: number;
  /** The addresses it is for; one that is for none may sign others. */
  readonly addresses?: readonly (readonly [number, number, number, number])[];
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

const extensionsOf = ({ addresses = [] }: Wanted): Buffer => {
  const extension =
    addresses.length === 0
      ? sequence(identifier(0x55, 0x1d, 0x13), yes, der(0x04, sequence(yes)))
      : sequence(
          identifier(0x55, 0x1d, 0x11),
          der(0x04, sequence(...addresses.map((address) => der(0x87, Uint8Array.from(address))))),
        );
  return der(0xa3, sequence(extension));
};

let serial = 0;

/** What can sign: the name that stands in what it signed, and its key. */
interface Made {
  readonly certified: Certified;
  readonly issuer: Issuer;
}

const create = (wanted: Wanted, issuer?: Issuer): Made => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const day = (year: number) => text(0x17, `${String(year).padStart(2, '0')}0101000000Z`);
  serial += 1;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(serial)),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? wanted.name),
    sequence(day(wanted.from ?? 20), day(wanted.to ?? 49)),
    nameOf(wanted.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(wanted),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, issuer?.key ?? privateKey));
  const pem = sequence(body, ecdsaWithSha256, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    certified: {
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    },
    issuer: { name: wanted.name, key: privateKey },
  };
};

const loopback = [127, 0, 0, 1] as const;

/** One that nobody vouches for. */
export const selfSigned = (): Certified => create({ name: 'localhost', addresses: [loopback] }).certified;

/** Somebody who vouches for others, once his own certificate is trusted. */
export const createAuthority = (name = 'An authority') => {
  const { certified, issuer } = create({ name });
  const issue = (wanted: Omit<Wanted, 'name'> = {}): Certified =>
    create({ name: 'server', addresses: [loopback], ...wanted }, issuer).certified;
  return { cert: certified.cert, issue };
};
