package com.google.apphosting.api;

import java.io.ObjectInputStream;

/** Reads a serialized exception, with classes of the names and versions that App Engine's SDK has. */
public class ApiProxy {
  public static class ApiProxyException extends RuntimeException {
    private static final long serialVersionUID = -8047817766181831916L;
  }

  public static class ApplicationException extends ApiProxyException {
    private static final long serialVersionUID = 6842926107675100571L;
    private int applicationError;
    private String errorDetail;
  }

  public static void main(String[] args) throws Exception {
    ApplicationException read = (ApplicationException) new ObjectInputStream(System.in).readObject();
    System.out.println(read.applicationError + " | " + read.errorDetail + " | " + read.getMessage());
  }
}
