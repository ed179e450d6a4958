/** Requests that are under way at a time, of one call. */
const AT_A_TIME = 4;

/** Works on each item, some at a time; the results by place. After an error no more are begun; throws once those under way have ended. */
export async function parallel<I, R>(
  items: readonly I[],
  work: (item: I) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    while (failure === undefined && next < items.length) {
      const place = next++;
      try {
        results[place] = await work(items[place] as I);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, worker));
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
  return results;
}
