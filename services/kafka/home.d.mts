/** Where Kafka is kept, with the data of the broker that the command line starts. */
export const HOME: string;
