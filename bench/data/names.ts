import type { Random } from './random.ts';

const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', '欧阳', '司马'];
const GIVEN = [
  '伟',
  '芳',
  '秀英',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '洋',
  '艳',
  '勇',
  '建国',
  '子涵',
  '雨桐',
  '浩然',
];

/** A Chinese name of two to four characters. */
export const chineseName = (random: Random): string => random.pick(SURNAMES) + random.pick(GIVEN);
