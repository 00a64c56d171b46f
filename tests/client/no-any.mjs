/** Nothing in the generated client, and no expression of the sample, is of type `any`. */
import ts from "typescript";

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ".");
const program = ts.createProgram(fileNames, options);
const checker = program.getTypeChecker();
const found = [];

const typed = [
  (node) => ts.isVariableDeclaration(node) && ts.isIdentifier(node.name),
  ts.isParameter,
  ts.isBindingElement,
  ts.isCallExpression,
  ts.isPropertyAccessExpression,
  ts.isElementAccessExpression,
  ts.isTypeNode,
];

function visit(file, node) {
  if (typed.some((is) => is(node)) && checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any) {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push(`${file.fileName}:${line + 1}: ${node.getText(file).slice(0, 80)}`);
  }
  ts.forEachChild(node, (child) => visit(file, child));
}

for (const name of fileNames) {
  const file = program.getSourceFile(name);
  visit(file, file);
}
console.log(found.length ? found.join("\n") : `No any in ${fileNames.join(", ")}.`);
process.exitCode = found.length ? 1 : 0;
