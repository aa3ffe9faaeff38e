/** Accounts, app configuration, people, files (tsdd-api.md 1, 2, 6.1). */
import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import { bound, callerOf, numberOf, OK, type Scripted, textOf, TsddError } from './answers.ts';
import type { ScriptedPerson } from './state.ts';

const SETTING = {
  search_by_phone: 1,
  search_by_short: 1,
  new_msg_notice: 1,
  msg_show_detail: 1,
  voice_on: 1,
  shock_on: 1,
  offline_protection: 0,
  device_lock: 0,
  mute_of_app: 0,
};

export function accountRoutes(app: FastifyInstance, scripted: Scripted): void {
  const { state, faults, im } = scripted;

  async function loginUser(person: ScriptedPerson, flag: number): Promise<Record<string, unknown>> {
    const token = state.tokenFor(person, flag);
    await im.setToken(person.uid, token, flag, flag === 0 ? 1 : 0).catch(() => {
      throw new TsddError('更新IM的token失败！');
    });
    return {
      uid: person.uid,
      app_id: '',
      name: person.name,
      username: person.username,
      sex: 1,
      category: '',
      short_no: person.uid.slice(0, 8),
      zone: '',
      phone: '',
      token,
      chat_pwd: '',
      lock_screen_pwd: '',
      lock_after_minute: 0,
      setting: SETTING,
      rsa_public_key: '',
      short_status: 0,
      msg_expire_second: 0,
    };
  }

  app.post('/v1/user/usernameregister', async (request) => {
    const body = bound(request, { username: 'string', password: 'string', name: 'string', flag: 'number' });
    if (faults.has('registration-off')) throw new TsddError('暂不支持用户名注册');
    const username = textOf(body['username']);
    if (username.length < 8 || username.length > 22) throw new TsddError('用户名必须在8-22位');
    if ([...state.people.values()].some((each) => each.username === username))
      throw new TsddError('该用户名已存在');
    const person = state.addPerson(username, textOf(body['password']), textOf(body['name']) || username);
    return { data: await loginUser(person, numberOf(body['flag'])), need_upload_web3publickey: 1 };
  });

  app.post('/v1/user/login', async (request) => {
    const body = bound(request, { username: 'string', password: 'string', flag: 'number' });
    const username = textOf(body['username']).toLowerCase();
    const person = [...state.people.values()].find((each) => each.username.toLowerCase() === username);
    if (!person) throw new TsddError('用户不存在');
    if (person.password !== textOf(body['password'])) throw new TsddError('密码不正确！');
    return loginUser(person, numberOf(body['flag']));
  });

  app.post('/v1/manager/login', async (request) => {
    const body = bound(request, { username: 'string', password: 'string' });
    const known = body['username'] === 'superAdmin' && body['password'] === '123456';
    if (!known || !faults.has('default-admin-password')) throw new TsddError('用户名或密码错误！');
    return { uid: 'admin', token: 'scripted-admin', name: '超级管理员', role: 'superAdmin' };
  });

  app.get<{ Querystring: { version?: string } }>('/v1/common/appconfig', async (request) => {
    const seconds = state.appConfig.revokeSecond;
    const zeroed = Number(request.query.version ?? 0) >= 1;
    return {
      version: 1,
      web_url: '',
      phone_search_off: 0,
      shortno_edit_off: 0,
      revoke_second: zeroed ? 0 : seconds === 0 ? -1 : seconds,
      apple_sign_in: 0,
      register_invite_on: 0,
      send_welcome_message_on: 0,
      invite_system_account_join_group_on: 0,
      register_user_must_complete_info_on: 0,
      can_modify_api_url: 0,
    };
  });

  app.get('/v1/health', async () => ({ status: 'up', db: 'up', redis: 'up' }));
  app.all('/v1/ping', async () => OK);

  let asked = 0;
  app.get<{ Params: { uid: string } }>('/v1/users/:uid/im', async (request) => {
    const route = await im.route(request.params.uid).catch(() => {
      throw new TsddError('调用IM服务失败！');
    });
    asked += 1;
    if (faults.has('nodes-in-turn') && asked % 2 === 0)
      route.tcp_addr = route.tcp_addr.replace('127.0.0.1', 'localhost');
    return route;
  });

  app.get<{ Params: { uid: string } }>('/v1/users/:uid', async (request) => {
    const me = callerOf(scripted, request);
    const person = state.people.get(request.params.uid);
    if (!person) throw new TsddError('用户信息不存在！');
    return { uid: person.uid, name: person.name, status: 1, follow: person.uid === me ? 0 : 1 };
  });

  app.put('/v1/user/current', async (request) => {
    const person = state.people.get(callerOf(scripted, request));
    const { name } = bound(request, { name: 'string' });
    if (person && typeof name === 'string') person.name = name;
    return OK;
  });

  app.get('/v1/manager/common/appconfig', async (request) => {
    const name = state.people.get(callerOf(scripted, request))?.name ?? '';
    const isAdmin = faults.has('name-is-role') && name.split('@')[1] === 'superAdmin';
    if (!isAdmin) throw new TsddError('登录用户角色错误');
    return { revoke_second: state.appConfig.revokeSecond };
  });

  app.post('/v1/user/quit', async (request) => {
    callerOf(scripted, request);
    return OK;
  });

  app.get('/v1/friend/sync', async (request) => {
    callerOf(scripted, request);
    return [];
  });

  app.get<{ Params: { id: string; type: string } }>('/v1/channels/:id/:type', async (request) => {
    callerOf(scripted, request);
    const { id, type } = request.params;
    const name = type === '2' ? state.groups.get(id)?.name : state.people.get(id)?.name;
    if (name === undefined) throw new TsddError('频道不存在！');
    const kind = type === '2' ? 'groups' : 'users';
    return {
      channel: { channel_id: id, channel_type: Number(type) },
      name,
      logo: `${kind}/${id}/avatar`,
      remark: '',
      status: 1,
      extra: {},
    };
  });

  app.get<{ Querystring: { path?: string; type?: string } }>('/v1/file/upload', async (request) => {
    callerOf(scripted, request);
    const { path = '', type = '' } = request.query;
    return { url: `http://${request.headers.host ?? ''}/v1/file/upload?type=${type}&path=${path}` };
  });

  const upload: RouteShorthandOptions = {
    // As a proxy in front does: by the length alone.
    onRequest(request, _reply, next) {
      const length = Number(request.headers['content-length'] ?? 0);
      next(
        faults.has('small-uploads') && length > 100_000
          ? Object.assign(new Error(), { statusCode: 413 })
          : undefined,
      );
    },
  };
  app.post('/v1/file/upload', upload, async (request) => {
    callerOf(scripted, request);
    const { path = '', type = '' } = request.query as { path?: string; type?: string };
    if (type === '') throw new TsddError('文件类型错误');
    const bytes = request.body as Buffer;
    if (faults.has('small-uploads') && bytes.length > 100_000)
      throw Object.assign(new Error(), { statusCode: 413 });
    state.files.set(`${type}${path}`, bytes);
    return { path: `file/preview/${type}${path}` };
  });

  app.get<{ Params: { '*': string } }>('/v1/file/preview/*', async (request, reply) => {
    const bytes = state.files.get(request.params['*']);
    if (!bytes) return reply.code(404).send();
    return reply.type('application/octet-stream').send(bytes);
  });
}
