/** Events as Electron emits them: the first argument can be prevented. */
import { EventEmitter } from 'node:events';

export class PreventableEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** Emits and tells whether a listener prevented the default. */
export function emitPreventable(
  emitter: EventEmitter,
  name: string,
  details: object = {},
  ...args: unknown[]
): boolean {
  const event = Object.assign(new PreventableEvent(), details);
  emitter.emit(name, event, ...args);
  return event.defaultPrevented;
}
