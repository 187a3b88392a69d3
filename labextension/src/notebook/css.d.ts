/** A style sheet as text; `scripts/build-widget.mjs` gives it. */
declare module '*.css' {
  const text: string;
  export default text;
}
