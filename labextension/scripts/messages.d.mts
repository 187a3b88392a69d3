/** All files that `jlpm messages` keeps, by their paths, with what belongs into them. */
export function files(): Promise<Map<string, string>>;
