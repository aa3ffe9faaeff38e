import { Component, createRef, type ReactNode } from 'react';
import type { FlowRow } from './flow-row.ts';
import css from './collapsing-row.module.css';

/**
 * Closes the gap between a bubble's height and the line that took its place in 220 ms. The content is gone from the
 * document before the first frame of it. A class: only there React says when a change is about to be made, and the
 * height before is to be had without laying the flow out after every change of any row.
 */
export class CollapsingRow extends Component<{ kind: FlowRow['kind']; children: ReactNode }> {
  readonly #element = createRef<HTMLDivElement>();

  /** Height of the bubble in px, if it becomes a line now. */
  override getSnapshotBeforeUpdate(before: { kind: FlowRow['kind'] }): number | null {
    if (before.kind !== 'bubble' || this.props.kind !== 'recall') return null;
    return this.#element.current?.offsetHeight ?? null;
  }

  override componentDidUpdate(_props: unknown, _state: unknown, from: number | null): void {
    const element = this.#element.current;
    if (from === null || !element) return;
    const height = element.offsetHeight;
    if (from <= height) return;
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    element.animate(
      [
        { height: `${from}px`, overflow: 'hidden' },
        { height: `${height}px`, overflow: 'hidden' },
      ],
      { duration: 220, easing: 'cubic-bezier(.2,0,0,1)' },
    );
    element.querySelector('article')?.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 180 });
  }

  override render(): ReactNode {
    return (
      <div className={css['rowInner']} ref={this.#element}>
        {this.props.children}
      </div>
    );
  }
}
