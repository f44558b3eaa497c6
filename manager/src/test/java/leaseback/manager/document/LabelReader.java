package leaseback.manager.document;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.ChecksumException;
import com.google.zxing.FormatException;
import com.google.zxing.NotFoundException;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// A telephone that looks at a label.
public final class LabelReader {
    private LabelReader() {}

    public static URI scan(byte[] png) throws IOException {
        BufferedImage picture = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(png)));
        if (picture == null) {
            throw new IOException("this is no picture");
        }
        return scan(picture);
    }

    static URI scan(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        RGBLuminanceSource light = new RGBLuminanceSource(width, height, picture.getRGB(0, 0, width, height, null, 0, width));
        try {
            return URI.create(new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(light))).getText());
        } catch (NotFoundException | ChecksumException | FormatException unreadable) {
            throw new AssertionError("nothing can be read off this label", unreadable);
        }
    }
}
