/** Threshold, false positive rate, true positive rate; null for what is no number. */
export type Point = readonly (number | null)[];

/** A point whose rates are known. */
export type KnownPoint = readonly [number | null, number, number];

/** The points by their false positive rate, as a curve goes through them. */
export function ordered(points: readonly Point[]): KnownPoint[] {
  return points
    .filter(
      (point): point is Point & KnownPoint =>
        point.length === 3 &&
        point.slice(1).every(rate => Number.isFinite(rate))
    )
    .sort((one, other) => one[1] - other[1] || one[2] - other[2]);
}

/**
 * The area under the curve through these points, by the trapezoid rule. The curve
 * begins at (0, 0) and ends at (1, 1), whether or not these are among the points.
 */
export function areaUnder(points: readonly Point[]): number {
  const curve: KnownPoint[] = [[null, 0, 0], ...ordered(points), [null, 1, 1]];
  return curve.reduce((area, [, fpr, tpr], index) => {
    const [, before, height] = curve[index - 1] ?? [null, fpr, tpr];
    return area + ((fpr - before) * (tpr + height)) / 2;
  }, 0);
}
