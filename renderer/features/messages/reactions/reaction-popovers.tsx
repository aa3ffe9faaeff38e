import { useReactionRequest } from '../../../state/messages/reactions.ts';
import { QuickReactions } from './quick-reactions.tsx';
import { WhoReacted } from './who-reacted.tsx';

/** What is open about the reactions to one message; every emoji is a part of its own (composer/emoji). */
export function ReactionPopovers() {
  const request = useReactionRequest((state) => state.request);
  if (request?.what === 'quick') return <QuickReactions key={request.key} request={request} />;
  return request?.what === 'who' && <WhoReacted key={request.key} request={request} />;
}
