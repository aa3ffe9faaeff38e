import { type ChannelRef, ChannelType, channelKey, type ContactView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { attempt } from '../../state/errors.ts';
import { personFacts } from '../../text/person-facts.ts';
import { toldApart } from '../../text/told-apart.ts';
import { groupFacts, unlessSaid, useChatDetails } from '../../state/session/chat-details.ts';
import { useForgetting } from '../../state/forget.ts';
import { closeSearch, openChannel } from '../../state/window/ui-store.ts';
import { rangesOf } from '../../../shared/matching/match.ts';
import { ListSection } from '../../ui/list-section.tsx';
import { MarkedText } from '../../ui/marked-text.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { ToldApartName } from '../../ui/told-apart-name.tsx';
import { HitRow, MessageHitRow } from './hit-row.tsx';
import { chooseTab, useSearchScope } from './search-scope.ts';
import { clearSearch, searchMore, useSearch } from './search-store.ts';
import { useHitFocus } from './use-hit-focus.ts';
import css from './search-hits.module.css';

/** Messages shown under 全部 before 查看全部. */
const PREVIEW_ROWS = 7;
const GROUP_ROWS = 3;

function leave(): void {
  closeSearch();
  clearSearch();
}

/** Esc among what was found: the list stands there again, and has the focus. */
export function backToList(): void {
  leave();
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('[role="listbox"] [role="option"][tabindex="0"]')?.focus(),
  );
}

/** What was found, of one kind or the first of each. */
export function SearchHits() {
  const t = useT();
  const tab = useSearchScope((state) => state.tab);
  const { text, hits, contacts, groups, cursor } = useSearch();
  useForgetting();
  const all = tab === 'all';
  const groupRows = tab === 'groups' ? groups : all ? groups.slice(0, GROUP_ROWS) : [];
  const peopleRows = tab === 'people' ? contacts : all ? contacts.slice(0, GROUP_ROWS) : [];
  const details = toldApart(
    peopleRows.map((contact) => ({
      id: contact.uid,
      name: contact.remark || contact.name,
      facts: personFacts(t, contact),
    })),
  );
  const groupDetails = toldApart(
    groupRows.map((group) => ({
      id: channelKey(group.channel),
      name: group.name,
      facts: groupFacts(t, group),
    })),
  );
  const chats = useChatDetails();
  const messageRows = tab === 'messages' ? hits : all ? hits.slice(0, PREVIEW_ROWS) : [];
  const firstMessage = groupRows.length + peopleRows.length;

  const { list, isStop, forget, ...handlers } = useHitFocus(firstMessage + messageRows.length, backToList);
  const open = (channel: ChannelRef): void => {
    openChannel(channel, { focusComposer: true });
    forget();
    leave();
  };
  const fullList = !all || hits.length <= PREVIEW_ROWS;
  return (
    <>
      <div
        ref={list}
        role="listbox"
        aria-label={t('search.results')}
        tabIndex={-1}
        data-search-results=""
        className={css['list']}
        {...handlers}
      >
        {groupRows.length > 0 && <ListSection title={t('search.groups')} />}
        {groupRows.map((group, index) => (
          <HitRow
            key={channelKey(group.channel)}
            tabStop={isStop(index)}
            channel={group.channel}
            name={group.name}
            title={
              <ToldApartName
                name={<MarkedText text={group.name} ranges={rangesOf(group.name, text)} />}
                detail={unlessSaid(groupDetails.get(channelKey(group.channel)), groupFacts(t, group))}
              />
            }
            line={groupFacts(t, group)}
            onOpen={() => open(group.channel)}
          />
        ))}
        {peopleRows.length > 0 && <ListSection title={t('search.people')} />}
        {peopleRows.map((contact, index) => {
          const name = contact.remark || contact.name;
          const channel = { channelId: contact.uid, channelType: ChannelType.person };
          return (
            <HitRow
              key={contact.uid}
              tabStop={isStop(groupRows.length + index)}
              channel={channel}
              name={name}
              title={<MarkedText text={name} ranges={rangesOf(name, text)} />}
              line={<ContactLine contact={contact} text={text} detail={details.get(contact.uid)} />}
              onOpen={() => open(channel)}
            />
          );
        })}
        {messageRows.length > 0 && <ListSection title={t('search.messages')} note={t('search.byTime')} />}
        {messageRows.map((hit, index) => (
          <MessageHitRow
            key={`${channelKey(hit.message.channel)}/${hit.message.key}`}
            hit={hit}
            detail={chats.get(channelKey(hit.message.channel))}
            tabStop={isStop(firstMessage + index)}
          />
        ))}
      </div>
      {all && !fullList && (
        <MoreButton onClick={() => chooseTab('messages')}>
          {cursor === null ? t('search.viewAllN', { n: hits.length }) : t('search.viewAll')}
        </MoreButton>
      )}
      {cursor !== null && fullList && (tab === 'messages' || all) && (
        <MoreButton onClick={() => void attempt(searchMore)}>{t('search.more')}</MoreButton>
      )}
    </>
  );
}

/**
 * What was found of a person beside the title: the own name under a remark, else the user name. `detail`: what tells
 * them from another of that name.
 */
function ContactLine({
  contact,
  text,
  detail,
}: {
  contact: ContactView;
  text: string;
  detail: string | undefined;
}) {
  const t = useT();
  const marks = rangesOf(contact.name, text);
  const userName = rangesOf(contact.username, text);
  if (detail !== undefined && userName.length === 0 && (contact.remark === '' || marks.length === 0))
    return <bdi>{detail}</bdi>;
  if (contact.remark === '' || marks.length === 0)
    return <MarkedText text={contact.username} ranges={userName} />;
  return (
    <>
      {t('search.hitName', { name: '' })}
      <MarkedText text={contact.name} ranges={marks} />
    </>
  );
}
