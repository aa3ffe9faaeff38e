import { Role } from '../../shared/domain.ts';
import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import css from './role-tag.module.css';

/** 群主 (amber) or 管理员 (accent); nothing for members. */
export function RoleTag({ role }: { role: Role | null }) {
  const t = useT();
  if (role !== Role.owner && role !== Role.manager) return null;
  const owner = role === Role.owner;
  return (
    <span className={cx(css['tag'], owner && css['owner'])}>{t(owner ? 'role.owner' : 'role.manager')}</span>
  );
}
