/**
 * A profile that was opened from a contact card stays when the card is recalled: who somebody is, the server says. What
 * the card itself brought along for a friend request goes with it.
 */
import { useUi } from '../window/ui-store.ts';
import { watchGone } from './gone-messages.ts';

watchGone(
  () => {
    const card = useUi.getState().profile?.card;
    return card ? { channel: card.channel, keys: [card.key] } : null;
  },
  () => useUi.setState(({ profile }) => ({ profile: profile && { ...profile, vercode: '', card: null } })),
);
