import type { Gateway } from '../provider/index.ts';
import type { Secret } from '../values/index.ts';

/** A gateway of a target, ready to be asked, with what the configuration wants of it. */
export interface OpenGateway {
  readonly id: string;
  readonly gateway: Gateway;
  /** For what is asked beside the provider, such as a path in a smoke test. */
  readonly url: string;
  readonly token: Secret | undefined;
  readonly verifyTls: boolean;
  /** It gets no traffic: what it lacks stops nothing. */
  readonly drained: boolean;
  readonly publish: boolean;
  readonly reload: string | undefined;
}
