import type { CSSProperties } from 'react';
import { ChannelType } from '../../shared/domain.ts';
import { avatarHue, avatarInitial } from './avatar-look.ts';
import { cx } from './cx.ts';
import css from './avatar.module.css';

interface AvatarProps {
  /** uid or group number: decides the colour. */
  id: string;
  name: string;
  channelType?: number;
  size?: 20 | 24 | 28 | 32 | 36 | 40 | 52 | 72;
  /** Draws the online dot; the words for it belong to the row's name. */
  online?: boolean;
  className?: string | undefined;
}

/** Person: circle; group: rounded square. Decoration only: the name beside it is what readers hear. */
export function Avatar({
  id,
  name,
  channelType = ChannelType.person,
  size = 40,
  online = false,
  className,
}: AvatarProps) {
  const style = { '--avatar-hue': avatarHue(id) } as CSSProperties;
  return (
    <span
      className={cx(
        css['avatar'],
        css[`s${size}`],
        channelType === ChannelType.group && css['group'],
        className,
      )}
      style={style}
      aria-hidden="true"
    >
      {avatarInitial(name)}
      {online && <i className={css['online']} />}
    </span>
  );
}
