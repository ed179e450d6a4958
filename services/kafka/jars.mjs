import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOME, VERSION } from './home.mjs';

const run = promisify(execFile);

const dependency = (group, artifact, version) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

// slf4j-simple: without it the broker is silent, also about why it ends.
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId><artifactId>services</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', VERSION)}
    ${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}
  </dependencies>
</project>
`;

/** The folder of Kafka's jars, from Maven Central where they are not here yet. Throws where Java or Maven are missing. */
export async function fetchJars() {
  await needs(
    'java',
    ['-version'],
    'Kafka wants Java 17 or later (Debian: apt-get install openjdk-17-jre-headless)',
  );
  const jars = join(HOME, 'jars');
  if (existsSync(jars)) return jars;
  await needs('mvn', ['-v'], 'Maven fetches Kafka, once (Debian: apt-get install maven)');
  await mkdir(HOME, { recursive: true });
  // Two test files may fetch at the same time: whole folders are moved into place.
  const own = await mkdtemp(join(HOME, 'fetch-'));
  try {
    await writeFile(join(own, 'pom.xml'), POM);
    const goal = ['dependency:copy-dependencies', '-DoutputDirectory=jars', '-DincludeScope=runtime'];
    await run('mvn', ['-q', '-B', ...goal], { cwd: own, timeout: 300_000 });
    await rename(join(own, 'jars'), jars).catch((error) => {
      if (!existsSync(jars)) throw error;
    });
  } catch (error) {
    throw new Error(`Kafka ${VERSION} cannot be fetched: ${error.stdout || error.message}`);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  return jars;
}

async function needs(program, args, hint) {
  await run(program, args).catch((error) => {
    throw new Error(`${program} ${error.code === 'ENOENT' ? 'is not there' : 'does not run'}: ${hint}`);
  });
}
