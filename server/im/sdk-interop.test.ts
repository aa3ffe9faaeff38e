import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import WKSDK from 'wukongimjssdk/lib/index';
import { Channel, MessageText, type Message } from 'wukongimjssdk/lib/model';
import { ImFixture } from './testing/fixture.ts';

let fixture: ImFixture;
beforeEach(async () => {
  // The SDK prints whole packets, also after the test.
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  fixture = await ImFixture.start();
});
afterEach(async () => {
  WKSDK.shared().disconnect();
  await fixture.stop();
});

it('the bare wukongimjssdk 1.0.4 connects, sends, receives and sees a CMD', async () => {
  await fixture.post('/user/token', { uid: 'sdk', token: 'sdk-token', device_flag: 1 });
  const bob = await fixture.client('bob');
  const sdk = WKSDK.shared();
  sdk.config.addr = fixture.server.ws;
  sdk.config.uid = 'sdk';
  sdk.config.token = 'sdk-token';
  const status: unknown[] = [];
  const received: Message[] = [];
  const commands: Message[] = [];
  const acks: { messageID: { toString(): string }; messageSeq: number; reasonCode: number }[] = [];
  sdk.connectManager.addConnectStatusListener((state: unknown) => status.push(state));
  sdk.chatManager.addMessageListener((message: Message) => received.push(message));
  sdk.chatManager.addCMDListener((message: Message) => commands.push(message));
  sdk.chatManager.addMessageStatusListener((ack: (typeof acks)[number]) => acks.push(ack));

  sdk.connect();
  await expect.poll(() => status).toContain(1);

  await sdk.chatManager.send(new MessageText('你好 from the SDK'), new Channel('bob', 1));
  const atBob = await bob.recv();
  expect(JSON.parse(atBob.text)).toMatchObject({ type: 1, content: '你好 from the SDK' });
  expect(atBob).toMatchObject({ fromUid: 'sdk', channelId: 'sdk' });
  await expect.poll(() => acks.length).toBe(1);
  expect(acks[0]).toMatchObject({ messageSeq: 1, reasonCode: 1 });
  expect(acks[0]?.messageID.toString()).toBe(atBob.messageId.toString());

  const reply = await bob.send('sdk', 1, '{"type":1,"content":"hello SDK"}');
  await expect.poll(() => received.map((m) => (m.content as MessageText).text)).toContain('hello SDK');
  const message = received.find((m) => m.fromUID === 'bob');
  expect(message).toMatchObject({
    messageID: reply.messageId.toString(),
    messageSeq: 2,
    channel: { channelID: 'bob' },
  });

  await fixture.apiSend(
    { header: { sync_once: 1 }, from_uid: 'bob', channel_id: 'sdk', channel_type: 1 },
    { type: 99, cmd: 'messageRevoke', param: { message_id: reply.messageId.toString() } },
  );
  await expect.poll(() => commands.length).toBe(1);
  expect(commands[0]?.content).toMatchObject({
    cmd: 'messageRevoke',
    param: { message_id: reply.messageId.toString() },
  });

  await fixture.post('/user/device_quit', { uid: 'sdk', device_flag: 1 });
  await expect.poll(() => status).toContain(4);
});
