/** Contacts and friend requests. */
import { z } from 'zod';
import { ContactView, FriendRequestView } from '../../domain.ts';
import { Done, Nothing, Uid } from './arguments.ts';
import { call, query } from './channel.ts';

export const contactContract = {
  'contacts.list': query(Nothing, z.array(ContactView)),
  /** Exact user name or number; null = nobody. `vercode` is what `contacts.apply` has to show. */
  'contacts.find': query(
    z.object({ keyword: z.string().min(1).max(100) }),
    z.object({ uid: z.string(), name: z.string(), vercode: z.string(), friend: z.boolean() }).nullable(),
  ),
  'contacts.apply': call(z.object({ uid: Uid, vercode: z.string(), remark: z.string().max(200) }), Done),
  'contacts.requests': query(Nothing, z.array(FriendRequestView)),
  'contacts.accept': call(z.object({ token: z.string() }), Done),
  'contacts.refuse': call(z.object({ uid: Uid }), Done),
} as const;
