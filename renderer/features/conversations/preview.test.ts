import type { ContentKind } from '../../../shared/content/content-kind.ts';
import { describe, expect, it } from 'vitest';
import { ChannelType, type ConversationView, type PreviewView, Role } from '../../../shared/domain.ts';
import { conversationView } from '../../testing/views.ts';
import { rowPreview } from './preview.ts';

const words = {
  language: 'zh' as const,
  self: { uid: 'me', name: 'Me' },
  showKind: false,
  nameOf: (uid: string) => (uid === 'he' ? '何嘉言' : null),
  roleName: (role: Role) => (role === Role.owner ? '群主' : '管理员'),
};
const last: PreviewView = {
  kind: 'message',
  text: '今晚\n20:00',
  fromUid: 'chen',
  fromName: '陈屿',
  own: false,
  send: null,
  readCount: null,
  recall: null,
};
const row = (patch: Partial<ConversationView> = {}, preview: Partial<PreviewView> = {}): ConversationView =>
  conversationView('g', {
    channel: { channelId: 'g', channelType: ChannelType.group },
    name: 'G',
    preview: { ...last, ...preview },
    ...patch,
  });
const typing = [{ channel: { channelId: 'g', channelType: 2 }, uid: 'su', name: '苏航', untilMs: 0 }];

const shown = (text: string, contentKind: ContentKind, language: 'zh' | 'en') =>
  rowPreview(row({}, { own: true, text, contentKind }), [], { ...words, language }).text;

describe('rowPreview', () => {
  it('words what is not text in the language of the interface', () => {
    expect(shown('[图片]', 'image', 'en')).toEqual({ plain: '[Image]' });
    expect(shown('[图片]', 'image', 'zh')).toEqual({ plain: '[图片]' });
    expect(shown('[文件] 报告 $&.pdf', 'file', 'en')).toEqual({ plain: '[File] 报告 $&.pdf' });
    expect(shown('[语音]', 'voice', 'en')).toEqual({ plain: '[Voice]' });
    expect(shown('[图片]', 'text', 'en')).toEqual({ plain: '[图片]' });
  });

  it('puts [有人@我] before a draft, a draft before typing, typing before the text', () => {
    const everything = row({ mentions: 1, draft: '草稿' });
    expect(rowPreview(everything, typing, words)).toMatchObject({
      tag: 'mention',
      text: { key: 'preview.from', params: { name: '陈屿', text: '今晚 20:00' } },
    });
    expect(rowPreview(row({ draft: '草\n稿' }), typing, words)).toMatchObject({
      tag: 'draft',
      text: { plain: '草 稿' },
    });
    expect(rowPreview(row({ draft: '```ts\nlet a;\n```' }), [], words)).toMatchObject({
      text: { plain: 'let a;' },
    });
    // What else waits in its composer.
    for (const draftFiles of [['image' as const], ['image' as const, 'video' as const, 'file' as const]]) {
      const said = { tag: 'draft', text: { plain: '' }, files: draftFiles };
      expect(rowPreview(row({ draftFiles }), typing, words)).toMatchObject(said);
      expect(rowPreview(row({ draftFiles }), [], words, true)).toMatchObject({ tag: null });
    }
    // The draft of the open conversation stands in its composer.
    expect(rowPreview(row({ draft: '草稿' }), [], words, true)).toMatchObject({
      tag: null,
      text: { key: 'preview.from' },
    });
    expect(rowPreview(row(), typing, words)).toMatchObject({
      tone: 'typing',
      text: { key: 'typing', params: { X: '苏航' } },
    });
    expect(rowPreview(row(), [], words)).toMatchObject({ tag: null, tone: 'normal' });
  });
  it('names the author only in groups and only for others', () => {
    const person = { channel: { channelId: 'chen', channelType: ChannelType.person } };
    expect(rowPreview(row(person), [], words).text).toEqual({ plain: '今晚 20:00' });
    expect(rowPreview(row({}, { own: true, fromUid: 'me' }), [], words)).toMatchObject({
      text: { plain: '今晚 20:00' },
      showState: true,
    });
    expect(rowPreview(row({}, { kind: 'system' }), [], words).text).toEqual({ plain: '今晚 20:00' });
    expect(rowPreview(row(person), typing, words).text).toEqual({ key: 'typing.short', params: {} });
  });
  it('tells who recalled, with the role, and never the text', () => {
    const recalled = row(
      {},
      {
        kind: 'recalled',
        text: '',
        fromUid: 'su',
        fromName: '苏航',
        recall: {
          state: 'done',
          revokerUid: 'he',
          revokerName: '',
          revokerRole: Role.manager,
          reeditUntilMs: null,
        },
      },
    );
    expect(rowPreview(recalled, [], words)).toMatchObject({
      tone: 'recalled',
      text: { key: 'tip.roleOther', params: { role: '管理员', X: '何嘉言', Y: '苏航' } },
    });
  });
  it('names a revoker nobody here knows as the core does, and claims none without a name', () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- belongs to its reader
    const by = (revokerName: string) =>
      rowPreview(
        row(
          {},
          {
            kind: 'recalled',
            fromUid: 'su',
            fromName: '苏航',
            recall: {
              state: 'done',
              revokerUid: 'left',
              revokerName,
              revokerRole: null,
              reeditUntilMs: null,
            },
          },
        ),
        [],
        { ...words, nameOf: () => null },
      ).text;
    expect(by('何嘉言')).toMatchObject({ key: 'tip.roleOther', params: { X: '何嘉言', Y: '苏航' } });
    expect(by('')).toEqual({ key: 'tip.noActor', params: { Y: '苏航' } });
  });
  it('says what is going on while a recall waits', () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- belongs to its reader
    const pending = (state: 'pending' | 'queued') =>
      row({}, { kind: 'recallPending', text: '', recall: { state } });
    expect(rowPreview(pending('pending'), [], words).text).toEqual({ key: 'recall.pending', params: {} });
    expect(rowPreview(pending('queued'), [], words).text).toEqual({ key: 'recall.queued', params: {} });
  });
});
