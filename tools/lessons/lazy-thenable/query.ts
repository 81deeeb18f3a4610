// A query builder, such as those of knex, drizzle and mongoose.

/** A query that starts when it is awaited, each time. */
export class Query<Row> implements PromiseLike<Row> {
  readonly #run: () => Promise<Row>;
  constructor(run: () => Promise<Row>) {
    this.#run = run;
  }

  // biome-ignore lint/suspicious/noThenProperty: query builders are thenables
  then: PromiseLike<Row>['then'] = (onRow, onError) => this.#run().then(onRow, onError);
}
