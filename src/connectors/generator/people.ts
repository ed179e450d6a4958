// Users that do not exist: their numbers are of ranges that nobody is given.

/** Users of the generated events, and rows of the tables that know them. */
export const USERS = 40_000;

const SURNAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '欧阳', '司马'];
const GIVEN = [
  '伟',
  '芳',
  '娜',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '洋',
  '小明',
  '建国',
  '秀英',
  '志强',
  '雨桐',
  '子涵',
];

/** What never changes about a user. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly tel: string;
  readonly certificate: string;
  readonly account: string;
}

/** The user with this number, from 0. */
export function person(user: number): Person {
  const id = 100_001 + user;
  const digits = String(user).padStart(4, '0');
  const surname = SURNAMES[user % SURNAMES.length] as string;
  const given = GIVEN[Math.floor(user / SURNAMES.length) % GIVEN.length] as string;
  const birth = `${1950 + (user % 55)}${two(1 + (user % 12))}${two(1 + (user % 28))}`;
  return {
    id,
    name: surname + given,
    tel: `1000000${digits}`,
    certificate: withCheckDigit(`990000${birth}${digits.slice(-3)}`),
    account: `ZA${id}`,
  };
}

const two = (n: number): string => String(n).padStart(2, '0');

/** The 18th character of a Chinese identity number. */
function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[i]) * (2 ** (17 - i) % 11);
  return digits + '10X98765432'[sum % 11];
}
