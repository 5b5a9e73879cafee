import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** The first process that another has started, as soon as there is one. */
export async function childOf(pid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (children !== '') return Number(children.split(' ')[0]);
    await pause(1);
  }
}

/** Of a process or a thread by its number, as in proc_pid_stat(5): 0 unless it was asked for something else. */
export function niceOf(id: number): number {
  return Number(readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[NICE_AFTER_NAME]);
}

/** A SIGTERM waits for a process that cannot take it yet, proc_pid_status(5). */
export function isToldToEnd(pid: number): boolean {
  const pending = /^ShdPnd:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${pending}`) & (1n << BigInt(constants.signals.SIGTERM - 1))) !== 0n;
}

/** It is there and not only waiting to be buried. */
export function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

const NICE_AFTER_NAME = 16;
