// Targets: where push tasks go.

/** A name that tasks and queues use, and the base URL an operator gave it. */
export interface Target {
  name: string;
  url: string;
  created: Date;
}
