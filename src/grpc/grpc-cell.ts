// The databases that calls are for. A call names its own in its metadata, or none.

import type { Authority } from '../access/identify.ts';
import type { Backend } from '../cloud-tasks/backend.ts';

/** Where the calls of one database go, and who may make them. */
export interface GrpcCell {
  authority: Authority;
  backend: Backend;
}

/** How calls find theirs. */
export interface GrpcCells {
  /**
   * The database that a call names; undefined: it names none.
   *
   * @throws StatusError for an unknown one, and one that has not started
   */
  cellOf: (name: string | undefined) => GrpcCell;
  /** Returns why the database cannot work, or the server if none is named; undefined if it can. */
  readiness: (name: string | undefined) => Promise<string | undefined>;
}
