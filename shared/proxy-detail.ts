/**
 * What a proxy, or the script that chooses one, did instead: in the language of the interface. The core says it in
 * English, as its log does (electron/core/network, electron/main/network). Pure.
 */
import type { PlainKey, Translate } from './strings/index.ts';

const PLAIN: ReadonlyMap<string, PlainKey> = new Map([
  ['it fails while it runs', 'proxy.why.pac.fails'],
  ['it has no FindProxyForURL', 'proxy.why.pac.noFunction'],
  ['it leads around in a circle', 'proxy.why.pac.circle'],
  ['it is no file', 'proxy.why.noFile'],
  ['it is too long', 'proxy.why.tooLong'],
  ['timed out', 'proxy.why.timedOut'],
  ['no SOCKS5', 'proxy.why.noSocks'],
  ['it closed the connection', 'proxy.why.closed'],
  ['no user name and password', 'proxy.why.noPassword'],
  ['none is named', 'proxy.why.noneNamed'],
  ['general failure', 'proxy.why.general'],
  ['not allowed by its rules', 'proxy.why.rules'],
  ['network unreachable', 'proxy.why.network'],
  ['host unreachable', 'proxy.why.host'],
  ['connection refused', 'proxy.why.refusedByHost'],
  ['TTL expired', 'proxy.why.ttl'],
  ['command not supported', 'proxy.why.command'],
  ['kind of address not supported', 'proxy.why.addressKind'],
]);

/** What nobody has words for is named as the system names it (`ENOENT`). */
export function proxyDetail(detail: string, t: Translate): string {
  const [, server, what = detail] = /^(\S+:\d+): (.+)$/s.exec(detail) ?? [];
  const words = wordsOf(what, t);
  return server === undefined ? words : t('proxy.why.at', { server, what: words });
}

function wordsOf(what: string, t: Translate): string {
  const plain = PLAIN.get(what);
  if (plain !== undefined) return t(plain);
  // What the engine says of a script is for whoever wrote it: the log has it.
  if (what.startsWith('it is no script')) return t('proxy.why.pac.noScript');
  const [, kind = '', value = ''] =
    /^(status|reply|closed:|it leads to an) (\S+)(?: address)?$/.exec(what) ?? [];
  switch (kind) {
    case 'status':
      return t('proxy.why.status', { status: value });
    case 'reply':
      return t('proxy.why.reply', { reply: value });
    case 'closed:':
      return t('proxy.why.closedWith', { code: value });
    case 'it leads to an':
      return t('proxy.why.pac.leads', { scheme: value });
    default:
      return what;
  }
}
