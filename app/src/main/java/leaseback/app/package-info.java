@NullMarked
package leaseback.app;

import org.jspecify.annotations.NullMarked;
