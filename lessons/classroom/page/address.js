// What is shown stands in the address, so that a link shows it on another phone:
// #poem?begin=月&seed=7&forks=5云.12风

/** The view in the address, and what belongs to it. */
export function read() {
  const [view, query = ""] = location.hash.slice(1).split("?");
  return { view, wanted: new URLSearchParams(query) };
}

/** The address of a poem: what was asked for, and at which place which character was chosen. */
export function link(view, wanted, forks) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "" && value !== false));
  if (forks.length > 0) query.set("forks", forks.map(({ at, character }) => `${at}${character}`).join("."));
  return `#${view}?${query}`;
}

/** Puts a poem into the address. */
export function write(view, wanted, forks) {
  history.replaceState(null, "", link(view, wanted, forks));
}

/** The forks in an address. */
export function forksIn(wanted) {
  const parts = (wanted.get("forks") ?? "").split(".").slice(0, 64);
  return parts.map((part) => part.match(/^(\d{1,3})(.)$/u)).filter(Boolean)
    .map(([, at, character]) => ({ at: Number(at), character }));
}
