import type { Box, Point } from './layout';

/**
 * The box that an arrow key leads to: the nearest one in its direction. Home and End
 * lead to the first and to the last one.
 */
export function neighbour(
  key: string,
  from: Box,
  boxes: readonly Box[]
): Box | null {
  switch (key) {
    case 'Home':
      return boxes[0] ?? null;
    case 'End':
      return boxes[boxes.length - 1] ?? null;
    case 'ArrowDown':
      return nearest(from, boxes, (dx, dy) => [dy, dx]);
    case 'ArrowUp':
      return nearest(from, boxes, (dx, dy) => [-dy, dx]);
    case 'ArrowRight':
      return nearest(from, boxes, (dx, dy) => [dx, dy]);
    case 'ArrowLeft':
      return nearest(from, boxes, (dx, dy) => [-dx, dy]);
    default:
      return null;
  }
}

/** How much further away a box seems for every pixel that it is aside. */
const ASIDE = 2;

function nearest(
  from: Box,
  boxes: readonly Box[],
  turned: (dx: number, dy: number) => [ahead: number, aside: number]
): Box | null {
  const start = anchor(from);
  let found: Box | null = null;
  let least = Infinity;
  for (const box of boxes) {
    const end = anchor(box);
    const [ahead, aside] = turned(end.x - start.x, end.y - start.y);
    const distance = ahead + Math.abs(aside) * ASIDE;
    if (ahead > 1 && distance < least) {
      found = box;
      least = distance;
    }
  }
  return found;
}

/** The middle of what bears the name: of an open group its title. */
function anchor({ x, y, width, height, open }: Box): Point {
  return { x: x + width / 2, y: y + (open ? 16 : height / 2) };
}
