/** Arguments and results that channels of several areas share. */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';

export const Nothing = z.undefined();
/** The result of what has nothing to tell. */
export const Done = z.null();
export const Uid = z.string().min(1).max(100);
/** A `messageKey` (domain.ts). */
export const Key = z.string().min(1).max(70_000);
export const ChannelOnly = z.object({ channel: ChannelRef });
export const OneMessage = z.object({ channel: ChannelRef, key: Key });
