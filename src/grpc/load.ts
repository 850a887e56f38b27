// Loads @grpc/grpc-js, an optional dependency. Bundlers leave it outside, since it may be missing.

export type GrpcModule = typeof import('@grpc/grpc-js');

/** Returns undefined if it is not installed. */
export function loadGrpc(): Promise<GrpcModule | undefined> {
  return import(/* webpackIgnore: true */ '@grpc/grpc-js').then(
    (loaded) => loaded,
    () => undefined,
  );
}
