// The functions that move tasks to another database, and their rows, as functions.ts and rows.ts list all others.

import type { BigintValue, TimestampValue } from './column-values.ts';

export const movingFunctions = {
  export_tasks: {
    queue: 'text',
    after: 'bigint?',
    forget: 'boolean?',
    dead: 'boolean?',
    destination: 'text?',
    max_tasks: 'integer?',
  },
  import_tasks: { queue: 'text', content: 'jsonb' },
  finish_export: { queue: 'text' },
  undo_export: { queue: 'text' },
} as const;

export interface MovingFunctionRows {
  export_tasks: ExportedBatchRow;
  import_tasks: { added: number; dead: number; repeated: boolean };
  finish_export: { finish_export: BigintValue };
  undo_export: { undo_export: number };
}

export interface ExportedBatchRow {
  number: BigintValue;
  batch: string;
  tasks: number;
  /** JSON text: a parser would round large numbers. */
  content: string;
  more: boolean;
}

export interface ExportsView {
  queue: string;
  batches: BigintValue;
  tasks: BigintValue;
  since: TimestampValue;
  destination: string;
}
