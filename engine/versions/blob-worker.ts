import { Tinypool } from 'tinypool';
import { type PackedFiles, readPacked } from './blob-batch.ts';

/** What a thread of the pool in `read-blobs.ts` runs; that one receives `PackedReadings`, their memory moved. */
export const readBatch = async (files: PackedFiles): Promise<unknown> => {
  const packed = await readPacked(files);
  return Tinypool.move({ [Tinypool.transferableSymbol]: packed.memory, [Tinypool.valueSymbol]: packed } as never);
};
