/**
 * Writes to a stream, and waits until it has taken the text: a pipe that is read slowly is not filled without bound.
 * @returns false where nobody reads any more (EPIPE)
 */
export function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve(true);
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') resolve(false);
      else reject(error);
    });
    // An 'error' event without a listener would end the process; the callback above has told it already.
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  });
}
