import type { CSSProperties } from 'react';
import { ChannelType } from '../../shared/domain.ts';
import { avatarHue, avatarInitial, avatarLightness } from './avatar-look.ts';
import { usePicture } from './avatar-pictures.ts';
import { cx } from './cx.ts';
import css from './avatar.module.css';

interface AvatarProps {
  /** uid or group number: decides the colour. */
  id: string;
  name: string;
  channelType?: number;
  size?: 20 | 24 | 28 | 32 | 36 | 40 | 44 | 52 | 64 | 72;
  /** Draws the online dot; the words for it belong to the row's name. */
  online?: boolean;
  /** Of the open account's server; not so for who is of another one. */
  picture?: boolean;
  /** Their account was closed. */
  gone?: boolean;
  className?: string | undefined;
}

/**
 * The server's picture, or the first letter while there is none. Person: circle; group: rounded square. Decoration
 * only: the name beside it is what readers hear.
 */
export function Avatar({
  id,
  name,
  channelType = ChannelType.person,
  size = 40,
  online = false,
  picture = true,
  gone = false,
  className,
}: AvatarProps) {
  const src = usePicture(channelType, picture ? id : '');
  const hue = avatarHue(id);
  const style = { '--avatar-hue': hue, '--avatar-light': `${avatarLightness(hue)}%` } as CSSProperties;
  return (
    <span
      className={cx(
        css['avatar'],
        css[`s${size}`],
        channelType === ChannelType.group && css['group'],
        src !== '' && css['pictured'],
        gone && css['gone'],
        className,
      )}
      style={style}
      aria-hidden="true"
    >
      {src === '' ? (
        avatarInitial(name)
      ) : (
        // Small, and here already: what comes into view again does not flicker.
        <img data-avatar="" className={css['picture']} src={src} alt="" decoding="sync" draggable={false} />
      )}
      {online && <i className={css['online']} />}
    </span>
  );
}
