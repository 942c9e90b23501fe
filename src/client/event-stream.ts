// Events pushed in, read out as async iterators: each reader has its own queue and sees what comes after it was made.

export type EventStream<Event> = {
  push(event: Event): void;
  /** Every reader ends after the events it still has. */
  end(): void;
  read(): AsyncIterableIterator<Event>;
  observe(observer: (event: Event) => void): () => void;
};

export function eventStream<Event>(): EventStream<Event> {
  const observers = new Set<(event: Event) => void>();
  const closers = new Set<() => void>();
  let ended = false;
  const observe = (observer: (event: Event) => void) => {
    observers.add(observer);
    return () => void observers.delete(observer);
  };
  return {
    push(event) {
      for (const observer of observers) told(observer, event);
    },
    end() {
      ended = true;
      for (const close of closers) close();
    },
    observe,
    read() {
      const reader = openReader<Event>(() => {
        unobserve();
        closers.delete(reader.close);
      });
      const unobserve = observe(reader.push);
      // A reader made too late ends at once instead of waiting for ever.
      if (ended) reader.close();
      else closers.add(reader.close);
      return reader.iterator;
    },
  };
}

/** One that throws has a fault of its own, which is told as one that nobody has caught; the others are told, and so is what comes next. */
function told<Event>(observer: (event: Event) => void, event: Event): void {
  try {
    observer(event);
  } catch (fault) {
    queueMicrotask(() => {
      throw fault;
    });
  }
}

/** A read that found the queue empty. */
type Waiting<Event> = (result: IteratorResult<Event, undefined>) => void;

/** `released` runs once the reader needs no more events. */
function openReader<Event>(released: () => void) {
  const queue: Event[] = [];
  const waiting: Waiting<Event>[] = [];
  let closed = false;
  // Never both: an event goes to the read that waits, or into the queue.
  const push = (event: Event) => {
    const first = waiting.shift();
    if (first) first({ value: event, done: false });
    else queue.push(event);
  };
  const close = () => {
    closed = true;
    for (const resolve of waiting.splice(0)) resolve({ value: undefined, done: true });
    released();
  };
  const iterator: AsyncIterableIterator<Event> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      if (queue.length > 0) return Promise.resolve({ value: queue.shift() as Event, done: false });
      if (closed) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      queue.length = 0;
      close();
      return Promise.resolve({ value: undefined, done: true });
    },
  };
  return { push, close, iterator };
}
