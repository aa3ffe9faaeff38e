/**
 * What a TSDD deployment can be wrong in, by name. The first group is how a stock one is (tsdd-api.md 5, 11;
 * wukongim.md E.1) and on unless a test takes it away; the second is switched on to see what others make of it.
 */
export const STOCK_FAULTS = [
  /** A recall is taken however old the message is; `revoke_second` is published only. */
  'no-recall-window',
  /** Payloads and edits of recalled messages are in every read. */
  'recalled-payloads',
  /** Quotes of recalled messages keep the words. */
  'recalled-quotes',
  /** `message_id` of a recall is not compared with what `client_msg_no` finds. */
  'revoke-ignores-message-id',
  /** A recall of a recalled message raises its version, overwrites the revoker and announces it again. */
  'revoke-again',
  /** A normal member who recalls the message of somebody who left ends in a 500. */
  'revoke-panics',
  /** `visibles` or `reply` of a wrong type in a payload makes its whole page a 500. */
  'page-panics',
  /** message/extra/sync answers who is no member. */
  'extra-sync-open',
  /** message/edit takes any message, author and content. */
  'edit-unchecked',
  /** Either side of a person chat deletes the other's words for both. */
  'mutual-unchecked',
  /** The pin tip repeats the pinned words for ever. */
  'pin-tip-words',
  /** `superAdmin` has the password of the documentation. */
  'default-admin-password',
  /** The webhook and the data source of the IM server answer everybody. */
  'im-routes-open',
  /** What stands behind a second sign in a name is a role: `x@superAdmin`. */
  'name-is-role',
  /** POST /message/send takes payloads of any type. */
  'send-any-type',
] as const;

export const OTHER_FAULTS = [
  /** The recall is stored and answered with 200, its CMD never comes. */
  'cmd-lost',
  /** The recall is stored, its CMD fails: 400 发送撤回消息失败！ */
  'cmd-fails',
  /** The recall is not stored: 500 with an empty body. */
  'revoke-500',
  /** WuKongIM cannot be asked: 400 查询IM消息错误 and the like. */
  'im-down',
  /** Every connection is closed without an answer. */
  'down',
  /** No answer ever comes. */
  'hang',
  /** Every answer is 502 with HTML, as from a proxy in front of a dead TSDD. */
  'bad-gateway',
  /** Registration by user name is refused, TSDD's own default. */
  'registration-off',
  /** The `Date` header is an hour late. */
  'clock-wrong',
  /** `users/:uid/im` names another node of a cluster each time. */
  'nodes-in-turn',
  /** Uploads above 100,000 bytes are cut off with 413. */
  'small-uploads',
] as const;

export type TsddFault = (typeof STOCK_FAULTS)[number] | (typeof OTHER_FAULTS)[number];
