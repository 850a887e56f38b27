// Something that a drain runs pass by pass.

export interface Run {
  /** Runs once what is due; returns how many tasks it started. */
  pass(): Promise<number>;
  /** Queues whose tasks it runs. */
  queues(): readonly string[];
  /** Queues whose tasks it would run, if another dispatcher did not. */
  ledElsewhere?(): readonly string[];
  /** Milliseconds until a queue with due tasks has a token; undefined: none is short of tokens. */
  msToToken?(): number | undefined;
  close?(): Promise<void>;
}
