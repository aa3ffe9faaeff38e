/** What the interface says while the network is bad: never more and never less than the truth (ui.md 6). */
import { expect, test } from '../fixtures/test.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { callApi } from '../fixtures/people/peer.ts';
import { PASSWORD } from '../fixtures/people/world.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

test('offline with a countdown, half-open, unreachable, connecting; what waits says so and goes out once', async ({
  network,
  world,
  openWindow,
  connectPeer,
}) => {
  test.slow();
  const alice = await openWindow(world.alice, { server: network.api });
  await alice.openChat(world.bob.name);
  const bob = await connectPeer(world.bob);
  const banner = alice.page.getByRole('status', { name: '连接状态' });
  const retry = banner.getByRole('button', { name: '立即重试' });
  const heard = (): unknown[] =>
    bob.received.flatMap(({ payload }) => (payload['type'] === 1 ? [payload['content']] : []));
  const recallsHeard = (): number =>
    bob.received.filter(({ payload }) => payload['cmd'] === 'messageRevoke').length;
  const asking = alice.flow.getByTestId('recall-pending');
  const waiting = alice.flow.getByTestId('recall-queued');

  await alice.sendAcked('要撤回的话');
  await expect(banner).toBeEmpty();

  // The IM server is gone, the business server is there: a recall needs no IM connection, a message does.
  network.tcp.admit('reset');
  network.tcp.resetAll();
  await expect(banner).toContainText(/连接已断开，\d+ 秒后重试/);
  await expect(retry).toBeVisible();
  await alice.send('断开时写的');
  await expect(alice.bubble('断开时写的')).toHaveAttribute('aria-label', /发送中/);
  await alice.recall('要撤回的话');
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  expect(heard()).toEqual(['要撤回的话']);
  network.heal();
  await alice.app.native.resume();
  await expect(banner).toBeEmpty();
  await expect(alice.bubble('断开时写的')).toHaveAttribute('aria-label', /已发送|已送达/);

  // The business server alone has died, in one direction: what is asked never arrives. Messages go as ever, a recall is
  // being asked for, then waits with a line that shows it, and happens by itself once the network is well.
  await alice.sendAcked('半开时写的');
  const { http } = network;
  http.treat({ toServer: 'swallow' });
  await alice.recall('半开时写的');
  await expect(asking).toBeVisible();
  await expect.poll(() => http.lost.toServer).toBeGreaterThan(0);
  http.admit('reset');
  http.resetAll();
  await expect(waiting).toContainText('对方仍可看到');
  await alice.sendAcked('答复丢失时写的');
  await expect(banner).toBeEmpty();
  expect(recallsHeard()).toBe(1);
  http.heal();
  await expect(alice.tip('你撤回了一条消息')).toHaveCount(2);
  await expect.poll(recallsHeard).toBe(2);

  // The other direction: it has happened, but nobody can confirm it. Asking again recalls nothing twice.
  const { toClient } = http.lost;
  http.treat({ toClient: 'swallow' });
  await alice.recall('答复丢失时写的');
  await expect.poll(recallsHeard).toBe(3);
  await expect.poll(() => http.lost.toClient).toBeGreaterThan(toClient);
  await expect(asking).toBeVisible();
  await expect(alice.tip('你撤回了一条消息')).toHaveCount(2);
  http.heal();
  http.resetAll();
  await expect(alice.tip('你撤回了一条消息')).toHaveCount(3);

  // Neither server: the recall waits as well and says that others still see the message.
  network.cut();
  await expect(banner).toContainText('无法连接服务器', { timeout: 15_000 });
  await expect(retry).toBeVisible();
  await alice.send('断网时写的');
  await alice.recall('断开时写的');
  await expect(waiting).toContainText('等待网络，联网后撤回');
  await expect(waiting).toContainText('对方仍可看到');
  await expect(alice.bubble('断网时写的')).toHaveAttribute('aria-label', /发送中/);
  const before = ['要撤回的话', '断开时写的', '半开时写的', '答复丢失时写的'];
  expect(heard()).toEqual(before);

  // Servers that accept and say nothing: neither "offline" nor "unreachable" is known yet.
  for (const proxy of [network.tcp, network.http]) proxy.admit('blackHole');
  await alice.app.native.resume();
  await expect(banner).toContainText('正在连接…');
  await expect(retry).toHaveCount(0);

  network.heal();
  network.http.resetAll();
  network.tcp.resetAll();
  await expect(banner).toBeEmpty({ timeout: 20_000 });
  await expect(alice.bubble('断网时写的')).toHaveAttribute('aria-label', /已发送|已送达/);
  await expect(alice.tip('你撤回了一条消息')).toHaveCount(4);
  await expect(waiting).toHaveCount(0);
  await expect(asking).toHaveCount(0);
  await expect.poll(heard).toEqual([...before, '断网时写的']);
  await expect.poll(recallsHeard).toBe(4);
});

test('kicked blocks the composer; a session the server closes without an answer has expired', async ({
  servers,
  network,
  world,
  openWindow,
  signInPeer,
}) => {
  test.slow();
  const alice = await openWindow(world.alice, { server: network.api });
  const { app, page } = alice;
  await alice.openChat(world.bob.name);
  await alice.sendAcked('还在线');
  const banner = page.getByRole('status', { name: '连接状态' });

  // Nothing is asked any more: a request under way would be refused, which may be heard before the reason.
  let seen = -1;
  const isQuiet = (): boolean => {
    const before = seen;
    seen = network.http.writes.toServer + network.http.writes.toClient;
    return seen === before;
  };
  await expect.poll(isQuiet, { intervals: [500] }).toBe(true);

  // The session's own token, as the phone would use it.
  const same = await signInPeer(world.alice);
  await callApi(servers.api, same.token, 'POST', 'user/quit');
  await expect(banner).toContainText('已从其他设备退出电脑端登录，已下线');
  await expect(alice.composer).toHaveCount(0);
  // The app ends the connection, which the server leaves open, and makes no other one.
  await expect.poll(() => network.tcp.open).toBe(0);
  await app.native.resume();
  await expect(banner).toContainText('已从其他设备退出电脑端登录，已下线');
  const connections = network.tcp.accepted;

  await banner.getByRole('button', { name: '重新登录' }).click();
  await expect(page.getByLabel('用户名', { exact: true })).toHaveValue(world.alice.username);
  expect(network.tcp.accepted).toBe(connections);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).last().click();
  await alice.openChat(world.bob.name);
  await alice.sendAcked('又在线');

  // A real server answers a token it refuses with nothing, and closes after some seconds (wukongim.md B.6).
  network.tcp.admit({ closeAfterMs: 2_300 });
  network.tcp.resetAll();
  await expect(page.getByText('登录已过期')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByLabel('用户名', { exact: true })).toHaveValue(world.alice.username);
  const back = new ChatPage(page);
  network.heal();
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).last().click();
  await back.openChat(world.bob.name);
  await expect(back.bubble('又在线')).toBeVisible();
});
