/** What Kubernetes takes as a namespace. */
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** How many namespaces are offered. */
const REMEMBERED = 10;

export function isNamespace(text: string): boolean {
  return NAMESPACE.test(text);
}

/** `remembered` with `namespace` as its first, and no more than a few. */
export function rememberedWith(
  remembered: readonly string[],
  namespace: string
): string[] {
  const others = remembered.filter(it => it !== namespace);
  return (namespace ? [namespace, ...others] : others).slice(0, REMEMBERED);
}
