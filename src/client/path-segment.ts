// One segment of a request's path.

/**
 * As it stands in a URL (RFC 3986 §3.3). Throws a RangeError for `.` and `..`: no escape keeps a URL from climbing at them (WHATWG URL,
 * "double-dot URL path segment"), and the request would be another one.
 */
export function pathSegment(value: string): string {
  if (value === "." || value === "..") throw new RangeError(`"${value}" is no segment of a path`);
  return encodeURIComponent(value);
}
