import * as React from 'react';

/** Something that opens beside a button: not modal, closed by Escape and by what is outside. */
export function Popover(props: {
  label: string;
  /** Where it opens, seen from its button. */
  side: 'above' | 'below';
  /** The button that has opened it; it gets the focus back. */
  anchor: React.RefObject<HTMLElement>;
  onClose: () => void;
  children: React.ReactNode;
}): JSX.Element {
  const { anchor, onClose } = props;
  const box = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    box.current?.focus({ preventScroll: true });
  }, []);
  React.useEffect(() => {
    const outside = ({ target }: Event) => {
      const inside = [box, anchor].some(
        ({ current }) => target instanceof Node && current?.contains(target)
      );
      if (!inside) {
        onClose();
      }
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [anchor, onClose]);
  return (
    <div
      ref={box}
      className={`jp-kfp-Popover jp-mod-${props.side}`}
      role="dialog"
      aria-label={props.label}
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
          anchor.current?.focus();
        }
      }}
    >
      {props.children}
    </div>
  );
}
