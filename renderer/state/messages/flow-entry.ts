/** Lets the composer put the focus on the newest message (Shift+Tab, End) without knowing the flow. */
import { Emitter } from '../../../shared/emitter.ts';

const entries = new Emitter<'focusNewest' | 'showLatest'>();

export const onFlowEntry = entries.on;
export const enterFlow = (entry: 'focusNewest' | 'showLatest'): void => entries.emit(entry);
