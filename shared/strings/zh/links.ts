/** Links of other programs (`wukong://`). */
export const links = {
  'link.title': '来自链接',
  'link.chat.title': '打开这个会话？',
  'link.chat.body': '一个链接要打开与“{name}”的会话。',
  'link.chat.confirm': '打开会话',
  'link.chat.unknown': '这个账号里没有链接所指的会话。',
  'link.friend.title': '查找这个人？',
  'link.friend.body': '一个链接要查找“{name}”。找到后由你决定是否发送好友请求。',
  'link.friend.confirm': '去查找',
  'link.server.title': '使用链接里的服务器？',
  'link.server.body': '一个链接要在登录页填入下面的服务器。用户名和密码会发送到那里，认识它才继续。',
  'link.server.confirm': '填入登录页',
  'link.signInFirst': '请先登录，再打开这个链接。',
  'link.bad.form': '这个版本不认识这种链接，什么也没有打开。',
  'link.bad.long': '这个链接太长，什么也没有打开。',
  'link.bad.address': '链接里的服务器地址不可用，什么也没有更改。',
} as const;
