// The sections of the console, in the order of its rail.

import type { IconName } from './parts/icons.ts';

export interface Section {
  title: string;
  path: string;
  icon: IconName;
}

export const SECTIONS = {
  queues: { title: 'Queues', path: 'queues', icon: 'queues' },
  tasks: { title: 'Tasks', path: 'tasks', icon: 'tasks' },
  dead: { title: 'Dead tasks', path: 'dead', icon: 'dead' },
  tombstones: { title: 'Tombstones', path: 'tombstones', icon: 'tombstone' },
  cron: { title: 'Cron', path: 'cron', icon: 'clock' },
  dispatchers: { title: 'Dispatchers', path: 'dispatchers', icon: 'dispatchers' },
  targets: { title: 'Targets', path: 'targets', icon: 'target' },
  health: { title: 'Health', path: 'health', icon: 'health' },
  audit: { title: 'Audit', path: 'audit', icon: 'audit' },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;

/** The sections below the gap of the rail: what runs the queues. */
export const SECOND_GROUP: SectionName = 'dispatchers';
