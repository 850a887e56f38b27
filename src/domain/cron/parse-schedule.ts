// The parser of App Engine's schedules: `every 5 minutes`, `every 30 mins from 9:00 to 17:00`, `1st,third mon of
// quarter 04:00`, `1,15 of month 10:00`.

import { InvalidRequestError } from '../errors.ts';
import { insteadOfCrontab } from './crontab.ts';
import type { DayRule, Schedule } from './schedule.ts';
import { type Token, tokenize } from './schedule-tokens.ts';

const ALL = { months: upTo(1, 12), ordinals: upTo(1, 5), weekdays: upTo(0, 6) };
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY = 1440;

/**
 * Parses a schedule.
 *
 * @throws InvalidRequestError that says what was expected
 * @example parseSchedule('every monday 09:00')
 */
export function parseSchedule(text: string): Schedule {
  return new ScheduleParser(text).schedule();
}

class ScheduleParser {
  readonly #text: string;
  readonly #tokens: Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  schedule(): Schedule {
    const instead = insteadOfCrontab(this.#text);
    if (instead) throw this.#refuse(`this is crontab syntax; write ${instead}`);
    const isInterval = this.#tokens[0]?.text === 'every' && this.#tokens[1]?.kind === 'number';
    const schedule = isInterval ? this.#interval() : this.#specific();
    this.#take('end', 'the end');
    return schedule;
  }

  #interval(): Schedule {
    this.#word('every');
    const count = this.#take('number', 'a number');
    if (count.value < 1 || count.text.length > 5)
      throw this.#refuse(`the interval must be 1 to 99999, got ${count.text}`);
    const every = count.value * (this.#unit() === 'hours' ? 60 : 1);
    if (this.#skip('synchronized')) {
      if (DAY % every !== 0)
        throw this.#refuse(`synchronized needs an interval that divides the day, got ${count.text}`);
      return { kind: 'range', every, from: 0, to: DAY - 1 };
    }
    if (!this.#skip('from')) return { kind: 'pause', every };
    const from = this.#take('time', 'a time such as 9:00').value;
    this.#word('to');
    return { kind: 'range', every, from, to: this.#take('time', 'a time such as 17:00').value };
  }

  #unit(): string {
    const unit = ['hours', 'mins', 'minutes'].find((word) => this.#skip(word));
    if (!unit) throw this.#expected('hours, mins or minutes');
    return unit;
  }

  #specific(): Schedule {
    const days = this.#peek().kind === 'number' ? this.#monthdays() : this.#weekdays();
    const at = this.#take('time', 'a time such as 09:00').value;
    const { monthdays, months } = days;
    if (monthdays && !months.some((month) => monthdays.some((day) => day <= (LONGEST_MONTH[month - 1] ?? 0)))) {
      throw this.#refuse('these months have no such day');
    }
    return { kind: 'days', days, at };
  }

  #monthdays(): DayRule {
    const monthdays = this.#list('number', 'a day of the month').map(({ text, value }) => {
      if (value < 1 || value > 31 || text.length > 2)
        throw this.#refuse(`a day of the month must be 1 to 31, got ${text}`);
      return value;
    });
    this.#word('of');
    return { monthdays, months: this.#months() };
  }

  #weekdays(): DayRule {
    const ordinals = this.#skip('every')
      ? undefined
      : this.#list('ordinal', 'every, an ordinal such as 1st, or a day of the month');
    const weekdays = this.#skip('day')
      ? undefined
      : this.#list('weekday', 'day or a weekday').map(({ value }) => value);
    const months = this.#skip('of') ? this.#months() : ALL.months;
    const values = ordinals?.map(({ value }) => value);
    if (values && !weekdays) return { monthdays: values, months }; // 1st day of month
    return { ordinals: values ?? ALL.ordinals, weekdays: weekdays ?? ALL.weekdays, months };
  }

  #months(): readonly number[] {
    if (this.#skip('month')) return ALL.months;
    if (this.#skip('quarter')) return [1, 4, 7, 10];
    if (this.#peek().kind !== 'ordinal')
      return this.#list('month', 'month, quarter, or names of months').map(({ value }) => value);
    const inQuarter = this.#list('ordinal', '').map(({ text, value }) => {
      if (value > 3) throw this.#refuse(`a quarter has three months, got ${text}`);
      return value;
    });
    for (const word of ['month', 'of', 'quarter']) this.#word(word);
    return ALL.months.filter((month) => inQuarter.includes(((month - 1) % 3) + 1));
  }

  #list(kind: Token['kind'], what: string): Token[] {
    const items = [this.#take(kind, what)];
    while (this.#skip(',')) items.push(this.#take(kind, what));
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #skip(word: string): boolean {
    const { kind, text } = this.#peek();
    const here = kind === 'keyword' && text === word;
    if (here) this.#at++;
    return here;
  }

  #word(word: string): void {
    if (!this.#skip(word)) throw this.#expected(word);
  }

  #take(kind: Token['kind'], what: string): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw this.#expected(what);
    if (kind !== 'end') this.#at++;
    return token;
  }

  #expected(what: string): InvalidRequestError {
    const { kind, text } = this.#peek();
    return this.#refuse(`expected ${what}, got ${kind === 'end' ? 'the end' : `'${text}'`}`);
  }

  #refuse(why: string): InvalidRequestError {
    return new InvalidRequestError(`invalid schedule '${this.#text.slice(0, 120)}': ${why}`, {
      hint: 'Examples: every 5 minutes; every 30 mins from 9:00 to 17:00; every monday 09:00; 1,15 of month 10:00.',
    });
  }
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
