/** One person's card, and what may be done with them. */
import { ChannelType, type ChannelRef } from '../../../shared/domain.ts';
import { PayloadType } from '../../../shared/content/message-content.ts';
import { cleanName, shownName } from '../../../shared/display-name.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { peopleContract, ProfileView } from '../../../shared/ipc/contract/people.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { seg } from '../api/caller.ts';
import type { ProfileRecord } from '../api/profile-calls.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import type { Patience } from './patience.ts';
import { findMessage } from './take-back.ts';

const personChannel = (uid: string): ChannelRef => ({ channelId: uid, channelType: ChannelType.person });

/** Where a code comes from (tsdd-api.md 2.2): one without that is refused by TSDD with a 500. */
const FROM_GROUP = 2;
const FROM_CARD = 4;
const withSource = (vercode: string, source: number): string =>
  vercode === '' || vercode.includes('@') ? vercode : `${vercode}@${source}`;

export function peopleHandlers(context: CoreContext, patience: Patience): Handlers<typeof peopleContract> {
  const { api, log, store, sync } = context;

  function viewOf(uid: string, record: ProfileRecord | null): ProfileView {
    const info = store.people.channelInfo(personChannel(uid));
    return {
      uid,
      // (What is known here is the remark, where there is one.)
      name: record ? shownName(record.user.name, uid) : info.name,
      remark: info.remark,
      groupName: record?.groupName ?? '',
      sex: record?.sex ?? 'unsaid',
      shortNo: record?.shortNo ?? '',
      online: info.online,
      lastOffline: info.lastOffline,
      friend: info.friend,
      blocked: info.composerBlock === 'blockedByMe',
      muted: info.muted,
      ...(info.destroyed ? { destroyed: true as const } : {}),
      vercode: withSource(record?.vercode ?? '', FROM_GROUP),
      groups: store.people.commonGroups(uid),
      stale: record === null,
    };
  }

  /** Reads the person again; what fails is read with the next change. */
  async function readAgain(uid: string): Promise<void> {
    sync.directory.told(personChannel(uid));
    await sync.directory.refreshChannel(personChannel(uid)).catch((error: unknown) => {
      log('info', `after a change of somebody: ${reasonOf(error)}`);
    });
  }

  return {
    async 'people.profile'({ uid, groupNo }) {
      let record: ProfileRecord | null = null;
      const isOld = sync.directory.asking();
      try {
        record = await api.profile(uid, groupNo ?? null);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code === 'unauthorized') throw error;
        // Without a network the card shows what is known; of whom nobody knows anything there is none.
        if (store.people.userName(uid) === null) throw error;
        log('info', `a card: ${reasonOf(error)}`);
      }
      if (record && uid !== context.me().uid && !isOld(personChannel(uid)))
        store.people.putUsers([record.user]);
      return viewOf(uid, record);
    },

    async 'people.setRemark'({ uid, remark }) {
      // What nobody sees is none.
      const name = cleanName(remark);
      await patience.inTurn(`remark ${uid}`, () => patience.repeat(() => api.setRemark(uid, name)));
      await readAgain(uid);
      return null;
    },

    async 'people.setBlocked'({ uid, on }) {
      await patience.inTurn(`blocked ${uid}`, () =>
        patience.repeat(
          () => api.setBlocked(uid, on),
          async () => (await api.blockedUids()).includes(uid) === on,
        ),
      );
      await readAgain(uid);
      return null;
    },

    async 'people.remove'({ uid }) {
      await patience.repeat(
        () => api.removeFriend(uid),
        async () => !(await api.user(uid)).friend,
      );
      await readAgain(uid);
      return null;
    },

    async 'people.reportReasons'({ language }) {
      try {
        const reasons = await api.reportReasons(language);
        return reasons.length > 0 ? reasons : null;
      } catch (error) {
        if (error instanceof CodedError && (error.code === 'refused' || error.code === 'notCompatible'))
          return null;
        throw error;
      }
    },

    async 'people.report'({ channel, reasonId, remark }) {
      await patience.once(
        () => api.report(channel, reasonId, remark.trim()),
        () => undefined,
      );
      return null;
    },

    async 'people.sendCard'({ channel, uid }) {
      requireWritable(context);
      const name = store.people.userName(uid);
      if (name === null) throw new CodedError('notFound', 'nobody is known by this id here', 'uid');
      const { user, vercode } = await api.profile(uid, null);
      const payload = {
        type: PayloadType.card,
        uid,
        // Never what only I call them.
        name: user.name,
        vercode: withSource(vercode, FROM_CARD),
        avatar: `users/${seg(uid)}/avatar`,
      };
      return findMessage(context, channel, await context.composer.add({ channel, payload }));
    },
  };
}
