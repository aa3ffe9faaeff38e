/** Groups and their members (tsdd-api.md 3). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isObject } from '../../../shared/json.ts';
import { bound, callerOf, OK, type Scripted, textOf, TsddError } from './answers.ts';
import type { ScriptedGroup } from './state.ts';

const GROUP = 2;

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

export function groupRoutes(app: FastifyInstance, scripted: Scripted): void {
  const { state, im } = scripted;

  const groupOf = (request: FastifyRequest): ScriptedGroup => {
    const group = state.groups.get((request.params as { no: string }).no);
    if (!group) throw new TsddError('群不存在');
    return group;
  };

  const dto = (group: ScriptedGroup, me?: string): Record<string, unknown> => ({
    group_no: group.groupNo,
    group_type: 0,
    category: '',
    name: group.name,
    remark: '',
    notice: '',
    status: group.status,
    allow_view_history_msg: 1,
    member_count:
      me === undefined ? 0 : [...group.members.values()].filter((each) => each.isDeleted === 0).length,
    quit: me === undefined || state.role(group.groupNo, me) !== null ? 0 : 1,
    role: me === undefined ? 0 : (state.role(group.groupNo, me) ?? 0),
    version: 1,
  });

  app.post('/v1/group/create', async (request) => {
    const me = callerOf(scripted, request);
    const body = bound(request, { members: 'list', name: 'string' });
    const uids = strings(body['members']).filter((uid) => state.people.has(uid));
    if (uids.length === 0) throw new TsddError('添加用户非好友关系，请先添加好友');
    const group = state.addGroup(me, uids, textOf(body['name']) || '群聊');
    await im.createChannel(group.groupNo, GROUP, [me, ...uids]);
    return dto(group);
  });

  app.get<{ Params: { no: string } }>('/v1/groups/:no', async (request) => {
    const me = callerOf(scripted, request);
    const group = state.groups.get(request.params.no);
    return group ? dto(group, me) : null;
  });

  app.get<{ Params: { no: string }; Querystring: { version?: string; limit?: string } }>(
    '/v1/groups/:no/membersync',
    async (request) => {
      callerOf(scripted, request);
      const since = Number(request.query.version ?? 0);
      return [...groupOf(request).members.values()]
        .filter((each) => each.version > since)
        .toSorted((a, b) => a.version - b.version)
        .slice(0, Number(request.query.limit ?? 100))
        .map((each) => ({
          uid: each.uid,
          group_no: request.params.no,
          name: state.people.get(each.uid)?.name ?? '',
          remark: '',
          role: each.role,
          version: each.version,
          is_deleted: each.isDeleted,
          status: 1,
        }));
    },
  );

  app.post('/v1/groups/:no/exit', async (request) => {
    const me = callerOf(scripted, request);
    leave(groupOf(request), [me]);
    return OK;
  });

  app.delete('/v1/groups/:no/members', async (request) => {
    const me = callerOf(scripted, request);
    const group = groupOf(request);
    if ((state.role(group.groupNo, me) ?? 0) === 0) throw new TsddError('普通成员无法删除群成员');
    leave(group, strings(bound(request, { members: 'list' })['members']));
    return OK;
  });

  app.post('/v1/groups/:no/managers', async (request) => {
    const me = callerOf(scripted, request);
    const group = groupOf(request);
    if (state.role(group.groupNo, me) !== 1) throw new TsddError('没有权限！');
    for (const uid of strings(request.body)) {
      const member = group.members.get(uid);
      if (member) Object.assign(member, { role: 2, version: state.nextVersion() });
    }
    return OK;
  });

  // What the IM server asks for and tells of, with no token (tsdd-api.md 9.4).
  app.post('/v1/datasource', async (request, reply) => {
    if (!scripted.faults.has('im-routes-open')) return reply.callNotFound();
    const { cmd, data } = bound(request, { cmd: 'string' });
    const no = isObject(data) ? textOf(data['channel_id']) : '';
    if (cmd === 'getSystemUIDs') return ['u_10000', 'fileHelper'];
    return [...(state.groups.get(no)?.members.keys() ?? [])];
  });

  for (const path of ['/v1/webhook', '/v2/webhook'])
    app.post(path, async (_request, reply) =>
      scripted.faults.has('im-routes-open') ? OK : reply.callNotFound(),
    );

  function leave(group: ScriptedGroup, uids: readonly string[]): void {
    for (const uid of uids) {
      const member = group.members.get(uid);
      if (member) Object.assign(member, { isDeleted: 1, version: state.nextVersion() });
    }
  }
}
